"""Who may change the registers of money and assets: the office; what hangs on a contract the division of science too."""

from khcn.kernel.access.predicates import in_unit

finance_staff = in_unit("VP")
# Instalments and assets of tasks: who follows the contract knows them first.
contract_staff = in_unit("VP", "QLKH")
