-- A store of events as an earlier version wrote it.
CREATE TABLE earlier (person INTEGER PRIMARY KEY, n INTEGER NOT NULL, sums TEXT NOT NULL) STRICT;
CREATE TABLE identities (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, person INTEGER NOT NULL
) STRICT;
INSERT INTO "identities" VALUES(1,'~74b1436b8a094cc15a98262fa2286cd7',1);
INSERT INTO "identities" VALUES(2,'gra4rc5tunvrfyuz64ilcsasqq',1);
INSERT INTO "identities" VALUES(3,'geo3hmb7joxm3iqkpsicxopc5m',3);
INSERT INTO "identities" VALUES(4,'dkttunofc6hffhx5mwv3dhfxya',4);
INSERT INTO "identities" VALUES(5,'~9a2b19d25973a78ef661b6825828d03b',5);
CREATE TABLE links (
    user INTEGER NOT NULL, other INTEGER NOT NULL, first REAL, last REAL, parted REAL, PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;
INSERT INTO "links" VALUES(2,1,1794297900.0,1794297900.0,NULL);
INSERT INTO "links" VALUES(3,5,1794474000.0,1794474000.0,1794564000.0);
INSERT INTO "links" VALUES(4,3,1794474000.0,1794474000.0,1794564000.0);
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, mid BLOB NOT NULL UNIQUE, identity INTEGER NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL, zone INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
INSERT INTO "messages" VALUES(1,X'7431160D65C1010C5E92D398569D1266',1,'track','Product Viewed',1794297600.0,3600,'{"price":9,"sku":"u-1"}');
INSERT INTO "messages" VALUES(2,X'DCF4213271BC7324B6FA5A818C9B3DE9',2,'identify','',1794297900.0,3600,'{"size":38}');
INSERT INTO "messages" VALUES(3,X'6BB1C58183441065829797552503AF16',2,'track','Order Completed',1794387600.0,3600,'{"order_id":"o1","products":[{"price":20,"sku":"u-1"}],"total":20}');
INSERT INTO "messages" VALUES(4,X'14F659381844BA682CF7BF2B067304B0',3,'alias','',1794474000.0,3600,'{}');
INSERT INTO "messages" VALUES(5,X'20771183B4D288E2680F0AD9C18F84D1',4,'track','Product Added',1794477600.0,3600,'{"sku":"u-2"}');
INSERT INTO "messages" VALUES(6,X'2CBF252AEEAB16B821D3969C1D4F1B5F',3,'part','',1794564000.0,3600,'{}');
CREATE TABLE states (
    person INTEGER PRIMARY KEY, sums TEXT NOT NULL, history TEXT NOT NULL, habits TEXT NOT NULL
) STRICT;
INSERT INTO "states" VALUES(1,'{"n":3,"last":[1794387600.0,"6bb1c58183441065829797552503af16"],"seen":{"u-1":[1794297600.0,1]},"basket":{},"orders":{"o1":[1794387600.0,20.0]},"tickets":{},"visit":null,"traits":{"size":[38,38,{"38":[1,38]}]},"weights":{"price_band":{"1":[3.355500048051218,11.259380572471725]},"channel":{"web":[3.355500048051218,11.259380572471725]},"week":{"weekday":[3.355500048051218,11.259380572471725]},"part_of_day":{"morning":[3.355500048051218,11.259380572471725]}},"counts":{"price_band":1,"channel":1,"week":1,"part_of_day":1}}','{"at":1794387600.0,"seen":[["u-1",1794297600.0,1]],"basket":[],"orders":[[1794387600.0,20.0]],"tickets":[],"visit":null}','{"at":1794387600.0,"values":{},"found":{"price_band":[null,1.0,1,1.0],"channel":[null,1.0,1,1.0],"week":[null,1.0,1,1.0],"part_of_day":[null,1.0,1,1.0]}}');
INSERT INTO "states" VALUES(4,'{"n":1,"last":[1794477600.0,"20771183b4d288e2680f0ad9c18f84d1"],"seen":{},"basket":{"u-2":[1794477600.0,1]},"orders":{},"tickets":{},"visit":null,"traits":{},"weights":{},"counts":{}}','{"at":1794477600.0,"seen":[],"basket":[["u-2",1794477600.0,1]],"orders":[],"tickets":[],"visit":null}','{"at":1794477600.0,"values":{},"found":{}}');
CREATE INDEX identities_by_person ON identities (person);
CREATE INDEX links_by_other ON links (other);
CREATE INDEX messages_by_identity ON messages (identity, at, mid);
