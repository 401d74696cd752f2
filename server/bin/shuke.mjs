#!/usr/bin/env node
import '../../scripts/shuke.mjs';
