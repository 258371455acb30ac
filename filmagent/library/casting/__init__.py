"""The casting department: bakes cast members from recipes (needs the extra ``[cast]``).

``python -m filmagent.library.casting [NAME …]`` reads ``assets/cast/NAME.toml`` and writes
``assets/cast/NAME.npz``. Films never need it: they read the bakes (`filmagent.library.cast`).

========== ====================================================================================
recipe     the toml of one member: body, features, skin, eyes, hair, garments
body       Anny's body, bones and face shapes for a recipe (`Figure`)
sheet      a surface that remembers where on the body it came from; clip, smooth, offset, thicken
face       eyeballs, lashes, brows, teeth and tongue
complexion skin colours and the head's painted texture
wardrobe   tops, trousers, skirts, coats and shoes, cut from the body's helper surfaces
weave      small tileable cloth textures
hair       sculpted hair, strands and beards
dress      puts all of it together into a bake
========== ====================================================================================
"""
