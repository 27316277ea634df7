"""What a node of DCAT-AP 3.0.1 becomes in another profile: one table per profile, read and applied here.

A row of a table says what becomes of the statements with one property. Every row that fits a statement applies to it;
where none does, the row of `*` does, which comes last. Names are short (prefixes of vocabularies/namespaces.py), `<full
IRIs>`, or texts in double quotes.

| column | what it says |
|---|---|
| `of` | classes, of which the subject has one; empty: any subject |
| `property` | the property; all of a vocabulary with `*` for its name |
| `value` | the value; the beginning of an IRI with `*` at its end |
| `unless` | properties, or `property=value`, that the subject does not have: the row is for want of them |
| `becomes` | a property; `=` for the same; two with `/` between for a new node between; empty: it is left out |
| `as` | another value, or a conversion of queries.becoming.conversions with its argument |
| `node` | what is said of the new node, or else of the value: classes, `property=value`, `property=@conversion` |
| `most` | 1, where the subject may have one such value only: the first, of numbers the smallest |
| `range` | the class that whatever the property names is to have; its values need not come by this row |
| `source` | the clause it comes from |
"""
