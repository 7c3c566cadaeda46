"use strict";
// Nothing needs this file: it only makes better what works without.
