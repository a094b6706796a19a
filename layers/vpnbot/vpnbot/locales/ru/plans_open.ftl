notice-plans_open = ⭐ Тарифы открыты, от { $price }.
