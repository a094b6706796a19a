from vpnbot.compiled_dataclasses import use_compiled_code

use_compiled_code()
