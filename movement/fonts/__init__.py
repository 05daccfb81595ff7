"""The fonts that papers and pictures are set in: Liberation Serif measures as Times New Roman, Sans as Arial.

Version 2 is under the SIL Open Font License (OFL.txt); version 1, which some systems still have, is not.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
SERIF, SANS = "Liberation Serif", "Liberation Sans"
