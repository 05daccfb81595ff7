"""Reminders before deadlines.

Who owes what is in `duties`, when they are told in `days`, what is planned in `planning`, what goes out in
`letters`, what people chose in `choices`, what they see coming in `coming`. What administrators see coming is in
`week`, what became of it in `outcomes`, what they stopped in `stops`.
"""
