"""What binds us all: the rule books, their sections and paragraphs, each as it was in force on any day.

A *book* has *editions*; an edition brings *versions* of sections and paragraphs, each with the days on
which it is in force. Text approved but not yet in force (a grey box) is kept as a pending version and
never found as a rule. Reading goes in steps: `extract` (bytes to lines), `furniture` (what is no rule
text), `headings`, `labels`, `boxes`, `structure` (lines to sections and paragraphs), `versions` (what
changed), `actions` (writing it down). Rule text is public, so its tables have no row-level security; only
the import writes them.

Citations are read by `citations` (from a `legible` text: how they open in `spellings`, what joins them in
`joined_places`, their words in `spelling_words`, their books in `named_books`) and led to their
paragraphs by `resolution`; `proof` checks what contexts above have registered with `standing`. `timeline`,
`changes` and `redline` tell what became of a text, `change_files` writes that down for others. `exhibits` are the
tables, formulas and figures of a paragraph, `sources` opens the file of an edition where a paragraph stands.

Face: `models`, `actions`, `queries`, `changes`, `timeline`, `redline`, `citations`, `resolution`, `standing`,
`proof`, `exhibits`, `sources`, `events`, `profile`. How a rule came about is told elsewhere.

`library` fetches the operator's published books by the profile's sources.
"""
