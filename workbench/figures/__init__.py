"""Domain results drawn: a Plotly figure, its table twin, and both put together as a view."""
