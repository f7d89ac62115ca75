"""The pages of the Streamlit application; a page is a folder."""
