from vpnbot.startup.compiled_dataclasses import use_compiled_code
from vpnbot.startup.compiled_texts import use_compiled_texts

use_compiled_code()
use_compiled_texts()
