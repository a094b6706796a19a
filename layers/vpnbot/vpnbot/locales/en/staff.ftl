# The side of the staff.
button-admin = 👑 Shop
admin-home = 👑 What shall we look at?
