"""What stands between the web and Streamlit: whom it answers, what it keeps, logs and counts."""
