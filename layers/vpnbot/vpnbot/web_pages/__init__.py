"""Pages for browsers: markup, responses with a strict policy, and the frame and the style of every page."""
