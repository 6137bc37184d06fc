"""Money: ledger, funds, payment runs, bank answers, recoveries, reserve funds, price subsidy, emergency cash."""
