"""May a language model say what the rules say in plainer words? Yes, if code can prove each sentence.

Off until an address is set. `client` asks the model (one POST, no tools), `request` writes what it is shown,
`reply` reads what it answers, and `checks` strikes every sentence that says more, less or something else than the
words it quotes: `passages` cuts the quotes out of the rules, `plain_writing` judges how a sentence is written,
`numerals` its figures, `guards` its duties, denials, conditions and bounds, `vocabulary` its words. What is
struck is returned with the reason, so that a person sees it. The face is `reword`.
"""
