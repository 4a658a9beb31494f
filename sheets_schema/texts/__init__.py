"""Every word a user reads and every command word, per language, as data; and the pure code that renders and checks it.

- `catalogue.load(language)`, `catalogue.render(key, values)`: messages, buttons, lists, cell texts.
- `templates.template_of(message)`, `parameters`, `submission`: the same words as WhatsApp message templates.
- `words`: days, times, money, plurals and names in the house style.
- `vocabulary.vocabulary(language)`: what the owner and the clients may type.
- `python -m sheets_schema.texts.lint`: the checks of the copy.

Kinds: U utility template, M marketing template, F free text, D document caption, E mail, C words in a cell,
P a part that other texts are put together from. Placeholders are `{name}`; `[..]` is left out unless all its
placeholders have a value.
"""
