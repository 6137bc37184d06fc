"""Pages of referrals: lists, one referral, unmet needs, sheets."""
