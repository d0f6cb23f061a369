"""The icon set: strokes on a 24-unit square, drawn for this product, in the text's own colour."""

ICONS: dict[str, str] = {
    "arrow-end": '<path d="M4.5 12h15M13 5.5l6.5 6.5-6.5 6.5"/>',
    "arrow-start": '<path d="M19.5 12h-15M11 5.5L4.5 12l6.5 6.5"/>',
    "book": '<path d="M12 6.5C10 5 7 4.5 3.5 4.5v13.5c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2V4.5'
    'C17 4.5 14 5 12 6.5zM12 6.5V20"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/>'
    '<path d="M3.5 10h17M8 2.8v4M16 2.8v4"/>',
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.5 2"/>',
    "down": '<path d="M12 4.5v15M5.5 13l6.5 6.5 6.5-6.5"/>',
    "download": '<path d="M12 3.5V15M7 10.5l5 5 5-5M4.5 20.5h15"/>',
    "fold": '<path d="M6 9.5l6 6 6-6"/>',
    "form": '<rect x="4.5" y="3.5" width="15" height="17" rx="2.5"/>'
    '<path d="M8.5 8.5h7M8.5 12.5h7M8.5 16.5h4"/>',
    "gear": '<circle cx="12" cy="12" r="3.2"/>'
    '<path d="M12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1'
    'M18.5 5.5l-2.1 2.1M7.6 16.4l-2.1 2.1"/>',
    "history": '<path d="M4 5v4.5h4.5M4.5 9.2A8.3 8.3 0 1 1 3.8 13M12 8v4.5l3 1.8"/>',
    "home": '<path d="M3.5 11.5L12 4l8.5 7.5M6 9.8v10.2h12V9.8M10 20v-5.5h4V20"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.4v.2"/>',
    "key": '<circle cx="8" cy="15.5" r="4.5"/><path d="M11.2 12.3L20 3.5M16.5 7l3 3"/>',
    "link": '<path d="M10 14a4.5 4.5 0 0 0 6.6.4l3-3a4.5 4.5 0 0 0-6.4-6.4l-1.2 1.2"/>'
    '<path d="M14 10a4.5 4.5 0 0 0-6.6-.4l-3 3a4.5 4.5 0 0 0 6.4 6.4l1.2-1.2"/>',
    "list": '<path d="M9 6h11.5M9 12h11.5M9 18h11.5M4 6h.1M4 12h.1M4 18h.1"/>',
    "mail": '<rect x="3" y="5.5" width="18" height="13.5" rx="2.5"/>'
    '<path d="M3.8 7.5l8.2 6 8.2-6"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "people": '<circle cx="8.5" cy="8.5" r="3.5"/><path d="M2.5 19.5c0-3.6 2.6-6 6-6s6 2.4 6 6"/>'
    '<path d="M15.2 5.3a3.5 3.5 0 0 1 0 6.4M17 14c2.7.7 4.5 2.8 4.5 5.5"/>',
    "phone": '<path d="M5 4h4l1.8 4.5-2.3 1.7a12 12 0 0 0 5.3 5.3l1.7-2.3L20 15v4a1.8 1.8 0 0 1-2 1'
    '.8C10.5 20.2 3.8 13.5 3.2 6A1.8 1.8 0 0 1 5 4z"/>',
    "pin": '<path d="M12 21.2s7-6 7-11.4a7 7 0 0 0-14 0c0 5.4 7 11.4 7 11.4z"/>'
    '<circle cx="12" cy="9.8" r="2.6"/>',
    "plus": '<path d="M12 4.5v15M4.5 12h15"/>',
    "report": '<path d="M4 20.5h16M7 17v-5M12 17V7M17 17v-8"/>',
    "school": '<path d="M12 4.5L2.5 9.5l9.5 5 9.5-5-9.5-5z"/>'
    '<path d="M6.5 12v5c3.5 2.7 7.5 2.7 11 0v-5M21.5 9.5V15"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5l5 5"/>',
    "up": '<path d="M12 19.5v-15M5.5 11L12 4.5l6.5 6.5"/>',
    "upload": '<path d="M12 15.5V4M7 8.5l5-5 5 5M4.5 20.5h15"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4.2 3.2-7 7.5-7s7.5 2.8 7.5 7"/>',
    "video": '<rect x="2.8" y="6" width="12.7" height="12" rx="2.5"/>'
    '<path d="M15.5 10.8l5.7-3.3v9l-5.7-3.3"/>',
    "warning": '<path d="M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.2"/>',
    "words": '<path d="M3.5 18.5L8.5 5.5l5 13M5.3 14h6.4M20.5 12v6.5M20.5 15.2a3 3.2 0 1 1-6 0 '
    '3 3.2 0 0 1 6 0z"/>',
    "x": '<path d="M5.5 5.5l13 13M18.5 5.5l-13 13"/>',
}

# These point along the line of reading and turn with it.
TURNING = frozenset({"arrow-end", "arrow-start"})
