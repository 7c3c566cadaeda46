"""What an auditor checks offline, with public keys alone: checkpoints, receipts, the log's tiles.

This is a reader of its own. It imports nothing of ``kwshared.tlog``, which writes these formats,
and computes by other algorithms where there are others. So an error of the writer shows here.
"""
