"""The key to an endpoint: from the environment or the keyring, and never anywhere else."""

from __future__ import annotations

import os
from importlib import import_module
from urllib.parse import urlsplit

from pydantic import SecretStr

from filmagent.crew.model.errors import BadKey
from filmagent.crew.model.settings import is_local

OWN, OPENAIS = "FILMAGENT_API_KEY", "OPENAI_API_KEY"
_OPENAI_HOSTS = (".openai.com", ".openai.azure.com")
_SERVICE = "filmagent"


def key_for(url: str) -> SecretStr | None:
    """The key for an endpoint, or None where there is none and none is needed.

    ``FILMAGENT_API_KEY`` goes to whatever endpoint the settings name; ``OPENAI_API_KEY`` to
    OpenAI (by https) and to this machine or network alone, so that a change of URL hands it to
    no third party; then the keyring is asked for the service ``filmagent``, user: the URL's host.

    Raises
    ------
    BadKey
        There is none and the endpoint is not local; or it cannot be a key. The message names
        the variable, never its value.
    """
    host = urlsplit(url).hostname or ""
    own, openais = os.environ.get(OWN, "").strip(), os.environ.get(OPENAIS, "").strip()
    at_openai = url.startswith("https:") and host.endswith(_OPENAI_HOSTS)
    if own:
        return _checked(own, OWN)
    if openais and (at_openai or is_local(url)):
        return _checked(openais, OPENAIS)
    kept = _from_keyring(host)
    if kept:
        return _checked(kept, f"the keyring's entry {_SERVICE} / {host}")
    if is_local(url):
        return None
    why = f" ({OPENAIS} is sent to OpenAI only)" if openais else ""
    raise BadKey(
        f"There is no key for {host}{why}: set {OWN} in the environment, or keep it with "
        f"`keyring set {_SERVICE} {host}` (pip install keyring)."
    )


def _checked(key: str, where: str) -> SecretStr:
    # a client would repeat a key that no header can carry in its error
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise BadKey(f"{where} holds spaces or signs that no key has; copy the key again.")
    return SecretStr(key)


def _from_keyring(host: str) -> str | None:
    try:
        keyring = import_module("keyring")
    except ImportError:
        return None
    try:
        kept = keyring.get_password(_SERVICE, host)
    except keyring.errors.KeyringError:
        # a machine without a desktop has no keyring: as if it held nothing
        return None
    return str(kept).strip() if kept else None
