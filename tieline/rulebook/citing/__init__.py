"""Which rules does a text cite, where do its citations lead, and do its quotations hold?"""
