"""Reminders before deadlines.

Who owes what is in `duties`, when they are told in `days`, what is planned in `planning`, what goes out in
`letters`, what people chose in `choices`, and what administrators see coming in `coming`.
"""
