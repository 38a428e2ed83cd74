"""The workbook's own Jupyter server: this machine only, with a token, quiet."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (Jupyter gives it to configuration files)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_remote_access = False
c.ServerApp.port_retries = 50
c.ServerApp.use_redirect_file = False
c.Application.log_level = "WARN"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
c.LabApp.extension_manager = "readonly"
