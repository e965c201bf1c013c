"""The only room with Qt: the window and the painters that screen and exported pictures share."""
