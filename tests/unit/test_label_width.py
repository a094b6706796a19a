"""The measure of labels: it lets through what fits on a phone, and finds what does not."""

from tests.functional.conversation.label_width import too_wide, width


def test_labels_that_fit() -> None:
    assert not too_wide([["🎁 Try free"], ["🛠 VPN не работает", "⚙️ Настройки"], ["50", "100", "200", "500"]])
    assert not too_wide([["🖥 A long label that has a whole row"]])


def test_labels_that_are_cut_off() -> None:
    assert too_wide([["📋 Скопировать ссылку", "QR"]]) == ["📋 Скопировать ссылку"]
    assert too_wide([["🇬🇧 United Kingdom", "🇫🇮 Finland", "USA"]]) == ["🇬🇧 United Kingdom"]
    assert too_wide([["A label that is too long even for a row of its own"]])


def test_a_flag_is_as_wide_as_an_emoji_and_a_selector_has_no_width() -> None:
    assert width("🇬🇧") == width("🎁") == width("⚙️")
