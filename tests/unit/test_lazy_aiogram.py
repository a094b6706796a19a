"""A program that imports aiogram cannot tell the lazy packages from the ordinary ones."""

import ast
import copy
import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from vpnbot.startup.stand_in_modules import StandIn
from vpnbot.telegram.aiogram_runtime.lazy_import import (
    LAZY_PACKAGES,
    UnexpectedAiogram,
    exported_names,
    make_lazy,
)
from vpnbot.telegram.aiogram_runtime.stand_ins import BotLoader, Sentinel


@pytest.mark.parametrize("package", LAZY_PACKAGES)
def test_a_lazy_package_has_every_name_that_its_source_exports(package: str) -> None:
    module = importlib.import_module(package)
    tree = ast.parse(inspect.getsource(module))
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(module.__all__) <= imported
    assert len(module.__all__) > (10 if package == "aiogram.handlers" else 30)
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        getattr(module, "Non" + "sense")


def test_the_package_aiogram_has_all_its_names_and_subpackages() -> None:
    import aiogram

    assert aiogram.F.text is not None
    assert aiogram.flags is aiogram.flags
    assert aiogram.Bot.__module__ == "aiogram.client.bot"
    assert aiogram.utils.__name__ == "aiogram.utils"
    assert aiogram.types.message.Message is aiogram.types.Message
    for name in aiogram.__all__:
        assert getattr(aiogram, name) is not None, name
    assert "Dispatcher" in dir(aiogram)
    with pytest.raises(AttributeError):
        getattr(aiogram, "non" + "sense")
    assert "from .client.bot import Bot" in inspect.getsource(aiogram)


def test_the_methods_of_bot_create_the_real_method_objects() -> None:
    from aiogram.methods import SendMessage

    module: Any = importlib.import_module("aiogram.client.bot")
    assert isinstance(module.SendMessage, StandIn)
    assert isinstance(module.SendMessage(chat_id=1, text="x"), SendMessage)
    assert module.SendMessage.__api_method__ == "sendMessage"
    assert "not imported yet" in repr(module.SendMessage)
    assert "class Bot" in inspect.getsource(module)


def test_an_edit_with_a_rich_message_is_that_of_aiogram_itself() -> None:
    """The field has a stand-in for its type, see `EditLoader`."""
    from aiogram.methods import EditMessageText, SendRichMessage
    from aiogram.types import InputRichMessage

    rich = InputRichMessage(html="<b>Hello</b>")
    edit = EditMessageText(chat_id=1, message_id=1, rich_message=rich)
    assert isinstance(edit.rich_message, InputRichMessage)
    expected = SendRichMessage(chat_id=1, rich_message=rich).model_dump(warnings=False)["rich_message"]
    assert edit.model_dump(warnings=False)["rich_message"] == expected
    assert EditMessageText(chat_id=1, rich_message={"html": "<b>Hello</b>"}).rich_message == rich  # type: ignore[arg-type]  # validated
    with pytest.raises(ValueError, match="html"):
        EditMessageText(chat_id=1, rich_message={"html": 7})  # type: ignore[arg-type]  # refused


def test_the_sentinels_of_aiogram_stay_themselves_as_those_of_the_library() -> None:
    base, bases = (importlib.import_module(name) for name in ("aiogram.types.base", "aiogram.dispatcher.event.bases"))
    sentinels = [base.UNSET, bases.UNHANDLED, bases.REJECTED]
    assert len(set(map(id, sentinels))) == 3
    for sentinel in sentinels:
        assert isinstance(sentinel, Sentinel)
        assert copy.copy(sentinel) is copy.deepcopy([sentinel])[0] is sentinel
    assert [repr(each) for each in sentinels] == [
        repr(getattr(mock.sentinel, name)) for name in ("UNSET", "UNHANDLED", "REJECTED")
    ]
    assert isinstance(base.UNSET, base.UNSET_TYPE)
    from aiogram.methods import SendMessage

    kept = SendMessage(chat_id=1, text="x", parse_mode=None)
    assert SendMessage(chat_id=1, text="x", parse_mode=base.UNSET_PARSE_MODE).model_copy(deep=True) != kept
    assert base.TelegramObject.model_validate({}) is not None


def test_a_source_of_unexpected_form_is_rejected() -> None:
    with pytest.raises(UnexpectedAiogram, match="no __all__"):
        exported_names("from .a import A\n")
    with pytest.raises(UnexpectedAiogram, match="unknown origin"):
        exported_names('from .a import A\n\n__all__ = (\n    "A",\n    "B",\n)\n')


def test_a_lazy_package_has_its_submodules_as_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lazy_sample"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "thing.py").write_text("Thing = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("lazy_sample")
    make_lazy(package, {"Thing": "thing"})
    assert package.Thing == 3
    assert package.thing.Thing == 3
    assert "Thing" in dir(package)


class UnreadableSource:
    """An ordinary loader that can run its module but cannot return the source or the code."""

    def get_source(self, fullname: str) -> str | None:
        return None

    def get_code(self, fullname: str) -> None:
        raise OSError(fullname)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["ran"] = "in the ordinary way"


def test_if_the_code_of_the_bot_module_cannot_be_read_it_is_run_in_the_ordinary_way() -> None:
    module = ModuleType("aiogram.client.bot")
    BotLoader(UnreadableSource()).exec_module(module)
    assert module.__dict__["ran"] == "in the ordinary way"
