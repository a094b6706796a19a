"""The demo provider: it takes no money. Its payments are made, paid and declined on a page of stage demo."""
