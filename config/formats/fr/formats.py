"""French hours as typographers write them: 24 novembre 2026 à 17 h 00, held together by no-break spaces."""

TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = "j F Y à G\u00a0\\h\u00a0i"
