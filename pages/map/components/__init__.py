"""The parts of the map page, as Streamlit shows them."""
