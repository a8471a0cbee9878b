FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    EXPLORER_RUNS_DIR=/data/runs \
    EXPLORER_UPLOADS_DIR=/data/uploads \
    EXPLORER_CACHE_DIR=/data/cache

RUN useradd --uid 1000 --create-home explorer && install --directory --owner explorer /data
WORKDIR /app

COPY requirements.txt .
RUN pip install --only-binary :all: --no-compile -r requirements.txt

COPY .streamlit .streamlit
COPY app.py ./
COPY pages pages
COPY explorer explorer
COPY trained trained

# `dask worker --preload explorer.training.worker` finds the package from any folder.
ENV PYTHONPATH=/app
USER explorer
VOLUME /data
EXPOSE 8501
HEALTHCHECK --start-period=30s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
