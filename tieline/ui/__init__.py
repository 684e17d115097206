"""The look: components, tokens, small behaviours. It knows no domain.

Templates are in `templates/ui`, stylesheets and scripts in `static/ui`; `icons` and `words` serve pages.
"""
