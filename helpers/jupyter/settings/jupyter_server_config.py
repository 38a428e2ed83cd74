"""The workbook's own Jupyter server: this machine only, with a token, quiet."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (Jupyter gives it to configuration files)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_remote_access = False
# In containers root is often the only user; the token and the loopback address guard the server there too.
c.ServerApp.allow_root = True
c.ServerApp.port_retries = 50
c.Application.log_level = "WARN"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
c.LabApp.extension_manager = "readonly"
# What the workbook itself keeps in the learner's folder is nothing to click on.
c.ContentsManager.hide_globs = ["__pycache__", "*.pyc", "*.lock", "cloud", "jupyter"]
# window.jupyterapp tells a test in a browser when a kernel is ready.
c.LabApp.expose_app_in_browser = True
