"""Settings read once, at the edge: from the environment, then from ``default.toml``."""

from importlib.resources import files
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.policy import Policy


class Settings(BaseSettings):
    """Everything a process of Redress is told at start; variables begin with ``REDRESS_``."""

    model_config = SettingsConfigDict(
        env_prefix="REDRESS_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        toml_file=Path(str(files("config") / "default.toml")),
    )

    home: Path = Path("var")
    """Folder for the embedded database, logs and the scheduler's files."""
    database_url: str = ""
    """Empty for SQLite in ``home``; else ``postgresql://user@host/name``."""
    key_file: Path | None = None
    """The keys that personal data are sealed with; None for ``keys.json`` in ``home``. Machines
    that share a database share this file; its copies are kept apart from backups of the database.
    """
    files_url: str = ""
    """Where documents are kept, such as ``s3://bucket/folder``; empty for a folder in ``home``.
    Other than folders need the extra ``s3``, and credentials in the environment."""
    smtp_url: str = ""
    """``smtp://host:port``; empty keeps every mail in the outbox."""
    mail_folder: Path | None = None
    """Test mode: mails are written to this folder, and nobody gets them; None for sending them."""
    letters: Path | None = None
    """Folder with templates of letters of the organisation's own, by language; see
    ``config/letters``. What is not there is taken from ours."""
    mail_in_url: str = ""
    """Where mails are fetched: ``imaps://name:password@host/INBOX`` or ``file:///folder``; empty
    for nowhere. Nobody else reads that mailbox: what is marked as seen there is done."""
    hosts: str = ""
    """Names under which browsers know this site, with commas between; empty for any."""
    trusted_proxies: str = ""
    """Addresses or networks of proxies in front, with commas between: ``127.0.0.1, 10.0.0.0/8``.
    What they say of the browser, its address and TLS, is believed; nobody else's word is."""
    provider_secret: str = ""
    """What proves this site to the provider named in the policy; empty for a public client."""
    policy: Policy

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Rank arguments over environment over ``default.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
