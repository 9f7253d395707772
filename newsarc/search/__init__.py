"""Search: from a query to hits in their order, or to the reasons why there are none."""
