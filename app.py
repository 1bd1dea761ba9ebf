"""The planner's app: ``make app``, or ``streamlit run app.py``."""

import streamlit as st

from planner.ui.page import run

st.set_page_config(page_title="RecycleNet 回收网点规划", page_icon="♻️", layout="wide")
run()
