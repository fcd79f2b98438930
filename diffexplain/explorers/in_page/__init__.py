"""Pages that generate: the bundled network runs in the reader's browser, with no kernel and no server of ours."""
