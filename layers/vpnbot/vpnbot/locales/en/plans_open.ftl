notice-plans_open = ⭐ Plans are open, from { $price }.
