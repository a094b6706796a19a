# The plans that a new shop proposes; operators change them in the chat.
first-plan-standard = Standard
first-plan-standard-line = VPN on two devices, with servers in several countries.
first-plan-family = Family
first-plan-family-line = VPN on five devices for you and your family.
