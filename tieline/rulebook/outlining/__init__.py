"""What do the lines of a document make? Sections, labelled paragraphs, grey boxes, terms."""
