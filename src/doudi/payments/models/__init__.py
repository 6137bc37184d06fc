"""The tables of money."""

from .accounts import ACCOUNT_INDEX, BenefitAccount, Institution, Payee
from .bank import BankAnswer, BankBatch, BankReturn, Instalment, Recovery, Transfer
from .ledger import Account, Entry, Fund, Posting
from .office import Office
from .reserve import CashCount, FollowUp, ReliefAsk, ReliefPayment, ReliefPlan, ReserveFund, TopUp
from .runs import Hold, LinePerson, PaymentLine, PaymentRun
from .subsidy import IndexRelease

__all__ = [
    "ACCOUNT_INDEX",
    "Account",
    "BankAnswer",
    "BankBatch",
    "BankReturn",
    "BenefitAccount",
    "CashCount",
    "Entry",
    "FollowUp",
    "Fund",
    "Hold",
    "IndexRelease",
    "Instalment",
    "Institution",
    "LinePerson",
    "Office",
    "Payee",
    "PaymentLine",
    "PaymentRun",
    "Posting",
    "Recovery",
    "ReliefAsk",
    "ReliefPayment",
    "ReliefPlan",
    "ReserveFund",
    "TopUp",
    "Transfer",
]
