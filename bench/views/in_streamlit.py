"""The view in Streamlit; run by ``streamlit run``."""

import streamlit as st

from bench.views import shared

st.title(shared.TITLE)
options = shared.options()
market = st.selectbox(shared.LABEL, list(options))
st.plotly_chart(shared.heat())
st.plotly_chart(shared.bars(options[market]))
st.dataframe(shared.table(), hide_index=True)
