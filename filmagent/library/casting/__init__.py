"""The casting department: bakes cast members from recipes (needs the extra ``[cast]``).

``python -m filmagent.library.casting [NAME …]`` reads ``assets/cast/NAME.toml`` and writes
``assets/cast/NAME.npz``. Films never need it: they read the bakes (`filmagent.library.cast`).

========== ====================================================================================
recipe     the toml of one member: body, features, skin, eyes, hair, garments
body       Anny's body, bones and face shapes for a recipe (`Figure`)
sheet      a surface that remembers where on the body it came from; clip, smooth, lighten
sewing     sheets made finer, rims made solid
face       eyeballs, lashes, brows, teeth and tongue
complexion skin colours and the head's painted texture
rack       garments, outfits and hairstyles by name (``wardrobe.toml``, ``hairstyles.toml``)
wardrobe   dresses a figure in the order in which clothes are put on
garments   a maker for each kind of garment, cut from the body's helper surfaces
regions    where on a body each garment lies
cloth      how cloth keeps off the skin and hangs; folds, collars (rolled), turndown (folded),
           trimmings: what they say
shoes      uppers and soles
mhclo      MakeHuman garments fitted to a figure
weave      small tileable cloth textures; fabrics: the materials of garments
spectacles rims, bridge, temples
hair       sculpted hair, strands and beards
dress      puts all of it together into a bake
========== ====================================================================================
"""
