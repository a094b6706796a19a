"""The links of xhttp inbounds, compared with those that the panel makes itself, for any settings."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from local.three_x_ui.answers import inbound_json
from local.three_x_ui.inbounds import Inbound
from local.three_x_ui.links import links_of
from local.three_x_ui.state import Client
from tests.unit.posted_inbounds import BARE, PANEL
from vpnbot.domain.keys.share_link import share_link
from vpnbot.panels.three_x_ui.endpoint import endpoint_of

XHTTP_TEXTS = st.sampled_from(["", "header", "30", "1000000", "X-Key", "5-10"])
XHTTP_FIELDS = st.sampled_from([
    "mode", "xPaddingBytes", "xPaddingKey", "xPaddingHeader", "xPaddingPlacement", "xPaddingMethod",
    "uplinkHTTPMethod", "sessionIDPlacement", "sessionIDKey", "sessionIDTable", "sessionIDLength",
    "sessionPlacement", "sessionKey", "seqPlacement", "seqKey", "uplinkDataPlacement", "uplinkDataKey",
    "scMaxEachPostBytes", "scMinPostsIntervalMs", "noSSEHeader", "scMaxBufferedPosts", "path", "host",
])  # fmt: skip
XHTTP_OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "xPaddingObfsMode": st.booleans(),
        "noGRPCHeader": st.booleans(),
        "uplinkChunkSize": st.integers(0, 9),
        "xmux": st.dictionaries(st.sampled_from(["maxConnections", "cMaxReuseTimes"]), st.integers(0, 9)),
        "downloadSettings": st.dictionaries(st.just("address"), XHTTP_TEXTS),
        "headers": st.dictionaries(st.sampled_from(["Host", "host", "X-A"]), XHTTP_TEXTS, max_size=2),
    },
)


@given(texts=st.dictionaries(XHTTP_FIELDS, XHTTP_TEXTS), others=XHTTP_OTHERS)
def test_the_link_of_any_xhttp_inbound_says_what_the_panels_own_link_says(
    texts: dict[str, str], others: dict[str, Any]
) -> None:
    posted = {**BARE.stream, "network": "xhttp", "xhttpSettings": {**texts, **others}}
    made = Inbound(1, "xh", 443, share_host="vpn.example.com", posted=posted)
    client = Client(1, "v_a", str(UUID(int=7)), "sub", inbound_ids=[1])
    (theirs,) = links_of(client, {1: made}, "")
    ours = share_link(UUID(int=7), endpoint_of(inbound_json(made), PANEL, "26.7.10"), "v_a")
    assert said(ours) == said(theirs)


def said(link: str) -> tuple[str, dict[str, Any]]:
    """Return the address and the parameters of a link, `extra` parsed; `spx` is derived by the panel."""
    parts = urlsplit(link)
    parameters = {name: value for name, value in parse_qsl(parts.query) if name != "spx"}
    return parts.netloc, {**parameters, "extra": json.loads(parameters.get("extra", "{}"))}
