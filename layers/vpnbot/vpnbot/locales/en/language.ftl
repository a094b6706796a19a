# What this language calls itself; a file of its own, since every language is asked for it at once
language-name = English
