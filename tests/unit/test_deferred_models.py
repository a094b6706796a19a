"""Models that are built on first use give exactly the results of aiogram's models that are built on import."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import vpnbot.telegram.aiogram_runtime.deferred_models as deferred
from tests.unit.aiogram_samples import Json, Sample, outcome
from vpnbot.telegram.aiogram_runtime.lazy_import import SUPPORTED_VERSION

ROOT = Path(__file__).parents[2]


def run_python(*arguments: str) -> str:
    """Run a new interpreter from the root of the project and return what it printed."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'layers/vpnbot'}{os.pathsep}{ROOT}"}
    done = subprocess.run(  # noqa: S603 - our own scripts, by our own interpreter
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def reference() -> list[tuple[Sample, Json]]:
    """Samples, each with its outcome when aiogram is imported in the ordinary way."""
    printed = json.loads(run_python("-m", "tests.unit.aiogram_samples"))
    return [(tuple(sample), expected) for sample, expected in printed]


def test_this_process_has_the_deferred_models() -> None:
    import aiogram

    assert type(aiogram.__loader__).__name__ == "TopLoader", "something imported aiogram before vpnbot.telegram"
    assert aiogram.__version__ == SUPPORTED_VERSION


@pytest.mark.parametrize("what", ["update", "broken update", "method", "answer"])
def test_samples_are_read_and_written_as_by_eager_models(reference: list[tuple[Sample, Json]], what: str) -> None:
    of_this_kind = [(sample, expected) for sample, expected in reference if sample[0] == what]
    assert len(of_this_kind) > 100
    for sample, expected in of_this_kind:
        assert json.loads(json.dumps(outcome(sample))) == expected, sample[1]


def test_samples_cover_all_kinds_of_updates_and_the_methods_in_use(
    reference: list[tuple[Sample, Json]],
) -> None:
    from aiogram.types import Update

    accepted = [sample for sample, expected in reference if isinstance(expected, dict)]
    kinds = {kind for what, _, content in accepted if what == "update" for kind in content}
    assert kinds == set(Update.model_fields)
    methods = {name for what, name, _ in accepted if what == "method"}
    assert {"SendMessage", "EditMessageText", "AnswerCallbackQuery"} <= methods


def test_every_exported_type_that_is_deferred_is_a_model_or_a_union() -> None:
    import aiogram.types
    from pydantic import BaseModel

    for name in aiogram.types.__all__:
        exported = getattr(aiogram.types, name)
        is_model = isinstance(exported, type) and issubclass(exported, BaseModel)
        assert is_model or name in deferred.NO_MODELS or name.endswith("Union"), name


def test_an_inaccessible_message_is_not_parsed_as_a_message() -> None:
    from aiogram.types import CallbackQuery, InaccessibleMessage

    query = CallbackQuery.model_validate(
        {
            "id": "1",
            "from": {"id": 5, "is_bot": False, "first_name": "A"},
            "chat_instance": "1",
            "message": {"message_id": 7, "date": 0, "chat": {"id": 5, "type": "private", "first_name": "A"}},
        }
    )
    assert isinstance(query.message, InaccessibleMessage)


def test_an_object_constructed_without_validation_can_be_dumped() -> None:
    from aiogram.types import Message

    message = Message.model_construct(message_id=1, chat="not a chat")
    assert message.model_dump(warnings=False, exclude_unset=True) == {"message_id": 1, "chat": "not a chat"}


THREADS = """
import json, threading
import vpnbot.telegram
from tests.unit.aiogram_samples import outcome
samples = json.load(open({path!r}))
outcomes, failures = {{}}, []
start = threading.Barrier(8)
def work(offset):
    start.wait()
    try:
        for index in range(len(samples)):
            index = (index + offset * 7) % len(samples)
            outcomes[offset, index] = json.dumps(outcome(tuple(samples[index])), sort_keys=True)
    except BaseException as error:
        failures.append(repr(error))
threads = [threading.Thread(target=work, args=(offset,)) for offset in range(8)]
[thread.start() for thread in threads]
[thread.join(60) for thread in threads]
assert not any(thread.is_alive() for thread in threads), "deadlock"
assert not failures, failures
print(json.dumps([sorted({{outcomes[offset, index] for offset in range(8)}}) for index in range(len(samples))]))
"""


def test_eight_threads_may_use_the_models_for_the_first_time_at_once(
    reference: list[tuple[Sample, Json]], tmp_path: Path
) -> None:
    chosen = reference[::9]
    path = tmp_path / "samples.json"
    path.write_text(json.dumps([sample for sample, _ in chosen]))
    answers = json.loads(run_python("-c", THREADS.format(path=str(path))))
    for (sample, expected), seen in zip(chosen, answers, strict=True):
        assert [json.loads(text) for text in seen] == [expected], sample[1]


PARSED = """
from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import Update
update = Update.model_validate({"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "hi",
    "chat": {"id": 5, "type": "private"}, "giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1}}})
assert update.message.giveaway.winner_count == 1
bot = Bot("1:a")
assert bot.session is not None
import sys
print("eager" if "aiogram.types.giveaway_winners" in sys.modules else "deferred", len(sys.modules))
"""
CHECK_NOTHING_IS_REPLACED = """
import aiogram
assert "__getattr__" not in vars(aiogram)
assert type(aiogram.types.__loader__).__name__ == "SourceFileLoader"
assert not sys.meta_path[0].enabled
print("nothing is replaced")
"""
UNEXPECTED = {
    "another version": "import vpnbot.telegram.aiogram_runtime.lazy_import as lazy; lazy.SUPPORTED_VERSION = '0'",
    "the base class cannot be prepared": (
        "import sys, vpnbot.telegram\n"
        "def fail(): import aiogram.types.base; raise RuntimeError('injected')\n"
        "sys.meta_path[0]._prepare = fail"
    ),
}


@pytest.mark.parametrize("fault", UNEXPECTED.values(), ids=UNEXPECTED.keys())
def test_aiogram_is_imported_eagerly_if_it_is_not_as_expected(fault: str) -> None:
    logged = "import logging; logging.basicConfig(stream=__import__('sys').stdout, format='%(message)s')\n"
    printed = run_python("-c", f"{logged}{fault}\n{PARSED}\n{CHECK_NOTHING_IS_REPLACED}")
    assert "aiogram is imported eagerly" in printed
    assert "\neager " in printed
    assert printed.rstrip().endswith("nothing is replaced")


def test_types_that_are_not_used_are_not_imported() -> None:
    assert run_python("-c", f"import vpnbot.telegram\n{PARSED}").startswith("deferred ")


def test_an_edit_of_a_text_imports_no_rich_messages() -> None:
    edit = (
        "from aiogram.methods import EditMessageText; EditMessageText(chat_id=1, text='x').model_dump(warnings=False)"
    )
    loaded = "import sys; print([name for name in sys.modules if 'rich' in name])"
    assert run_python("-c", f"import vpnbot.telegram\n{edit}\n{loaded}").strip() == "[]"


def test_if_the_names_that_a_model_needs_are_not_found_everything_is_imported() -> None:
    module = "vpnbot.telegram.aiogram_runtime.deferred_models"
    fault = f"import {module} as d\nd.Namespace.reached_from = lambda self, model: {{}}"
    assert run_python("-c", f"{fault}\n{PARSED}").startswith("eager ")


def test_a_bot_class_that_cannot_be_imported_lazily_is_imported_in_the_ordinary_way() -> None:
    fault = "import vpnbot.telegram.aiogram_runtime.stand_ins as stand_ins; stand_ins.BotLoader._stand_ins = None"
    printed = run_python("-c", f"{fault}\n{PARSED}\nassert 'aiogram.methods.send_dice' in sys.modules")
    assert "deferred" in printed


def test_a_second_installation_changes_nothing() -> None:
    before = list(sys.meta_path)
    deferred.install()
    assert sys.meta_path == before
