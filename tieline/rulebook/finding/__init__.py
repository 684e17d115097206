"""Which paragraphs answer a question on a day? By number, by words, by meaning, by what was cited before."""
