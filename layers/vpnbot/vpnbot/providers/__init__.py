"""Payment providers behind one port: a module or folder for each."""
