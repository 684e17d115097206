"""How does a person read the rules? Shapes for pages: a section with its margin, two days compared, a
paragraph's past, what cites it.

`contents` is the tree of a book, `sections` one section as at a day, `pieces` its text with links, `comparisons`
a section on two days, `listed` a book on two days, `histories` the wordings of a paragraph, `cited_by` what cites a
section, `extracts` short redlines, `boxed` grey-boxed text that answers to words. Nothing here writes.
"""
