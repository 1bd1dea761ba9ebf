"""Rounds of vehicles over a few weeks: which stop on which days, which stops on which round."""
