"""Sign-in by an identity provider: OpenID Connect, code flow with PKCE (docs/adr/0037).

`pending` is what the browser carries to the provider and back, `provider_requests` the bounded connections to it, `metadata` what it
says of itself, `answers` the checks of what it signs, `code_flow` the two steps of a sign-in.
"""
