"""Addresses of the pages that belong to no register."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.urls import path
from django.views.decorators.http import require_GET
from django.views.i18n import set_language

from khcn.kernel.access.predicates import is_of_department, is_staff_by_own_account
from khcn.kernel.ui.view_decorators import (
    asks_again,
    form_with_own_transactions,
    open_to,
    open_to_outside_accounts,
    with_own_transactions,
)
from khcn.web.views import (
    accounts,
    brief,
    calendar,
    data_checks,
    figures,
    frame,
    home,
    identities,
    password_issues,
    password_resets,
    proof,
    provider_sign_in,
    rights,
    roles,
    search,
    second_factor,
    security_keys,
    sessions,
    sign_in,
    system,
    tokens,
    work,
)

urlpatterns = [
    path("", home.home, name="home"),
    *(
        path(address, open_to(is_of_department)(view), name=name)
        for address, view, name in (
            ("my-work/", work.work_list, "work-list"),
            ("my-work/calendar/", calendar.calendar_page, "work-calendar"),
            ("my-work/settings/", calendar.work_settings, "work-settings"),
            ("my-work/settings/feed/", calendar.renew, "calendar-renew"),
            ("deadlines/", work.deadline_list, "deadline-list"),
            ("deadlines/<int:pk>/", work.deadline_detail, "deadline-detail"),
        )
    ),
    path("calendar/<str:token>.ics", open_to_outside_accounts(calendar.calendar_feed), name="calendar-feed"),
    path(
        "login/", open_to_outside_accounts(form_with_own_transactions(sign_in.SignIn.as_view())), name="login"
    ),
    path("logout/", open_to_outside_accounts(sessions.SignOut.as_view()), name="logout"),
    path(
        "login/code/",
        open_to_outside_accounts(with_own_transactions(second_factor.second_factor_code)),
        name="second-factor-code",
    ),
    path(
        "login/provider/",
        open_to_outside_accounts(with_own_transactions(provider_sign_in.provider_start)),
        name="provider-start",
    ),
    path(
        "login/provider/return/",
        open_to_outside_accounts(
            transaction.non_atomic_requests(require_GET(provider_sign_in.provider_return))
        ),
        name="provider-return",
    ),
    path(
        "login/provider/logout/",
        open_to_outside_accounts(with_own_transactions(provider_sign_in.provider_logout)),
        name="provider-logout",
    ),
    path("identity/", identities.identity, name="identity"),
    path("identity/link/", identities.identity_link, name="identity-link"),
    path("identity/remove/", identities.identity_remove, name="identity-remove"),
    path("accounts/<int:pk>/identity/", identities.account_identity, name="account-identity"),
    path("proof/", open_to_outside_accounts(form_with_own_transactions(proof.prove)), name="proof"),
    path(
        "second-factor/",
        asks_again(
            open_to_outside_accounts(form_with_own_transactions(second_factor.second_factor)),
            when=second_factor.adds_to_a_factor,
        ),
        name="second-factor",
    ),
    path("second-factor/keys/new/", security_keys.security_key_new, name="security-key-new"),
    path("second-factor/keys/add/", security_keys.security_key_add, name="security-key-add"),
    path(
        "second-factor/keys/<int:pk>/remove/", security_keys.security_key_remove, name="security-key-remove"
    ),
    path(
        "password/forgotten/",
        open_to_outside_accounts(form_with_own_transactions(password_resets.password_forgotten)),
        name="password-forgotten",
    ),
    path(
        "password/reset/<str:whose>/<str:token>/",
        open_to_outside_accounts(form_with_own_transactions(password_resets.password_reset)),
        name="password-reset",
    ),
    path(
        "password/",
        open_to_outside_accounts(form_with_own_transactions(sign_in.ChangePassword.as_view())),
        name="password_change",
    ),
    path("language/", open_to_outside_accounts(login_not_required(set_language)), name="set_language"),
    path("theme/", open_to_outside_accounts(frame.choose_theme), name="choose-theme"),
    path("period/", frame.choose_period, name="choose-period"),
    path("brief/", brief.brief, name="brief"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("figures/", figures.figure_list, name="figure-list"),
    path("figures/<str:code>/", figures.figure, name="figure"),
    path("figures/<str:code>/export/", figures.figure_export, name="figure-export"),
    path("accounts/", accounts.account_list, name="account-list"),
    path("accounts/new/", accounts.account_new, name="account-new"),
    path("accounts/<int:pk>/", accounts.account_edit, name="account-edit"),
    path("accounts/<int:pk>/password/", password_issues.account_password, name="account-password"),
    path("accounts/<int:pk>/sessions/end/", sessions.account_sessions_end, name="account-sessions-end"),
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/new/", tokens.token_new, name="token-new"),
    path("tokens/<int:pk>/end/", tokens.token_end, name="token-end"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/end/", sessions.session_end, name="session-end"),
    path("password-issues/", password_issues.password_issue_list, name="password-issue-list"),
    *(
        path(f"password-issues/<int:pk>/{name}/", view, name=f"password-issue-{name}")
        for name, view in (
            ("confirm", password_issues.password_issue_confirm),
            ("close", password_issues.password_issue_close),
            ("use", password_issues.password_issue_use),
        )
    ),
    path("roles/", roles.role_list, name="role-list"),
    path("roles/new/", roles.role_edit, name="role-new"),
    path("roles/<int:pk>/", roles.role_edit, name="role-edit"),
    path("roles/<int:pk>/remove/", roles.role_remove, name="role-remove"),
    path("permissions/", system.permissions, name="permissions"),
    *(
        path(f"{kind}s/{tail}", view, {"kind": kind}, name=f"{kind}-{name}")
        for kind in rights.KINDS
        for tail, view, name in (
            ("", rights.decision_list, "list"),
            ("new/", rights.decision_edit, "new"),
            ("<int:pk>/", rights.decision_edit, "edit"),
            ("<int:pk>/withdraw/", rights.decision_withdraw, "withdraw"),
        )
    ),
    path("delegations/acting/", open_to(is_staff_by_own_account)(rights.act_for), name="act-for"),
    path("log/", system.change_log, name="change-log"),
    path("backups/", system.backups, name="backup-list"),
    path("log/verify/", system.verify_log, name="verify-log"),
    path("data-checks/", data_checks.rule_list, name="data-check-list"),
    path("data-checks/run/", data_checks.run_rules, name="data-check-run"),
    path("data-checks/<str:name>/", data_checks.rule_detail, name="data-check"),
]
