"""The product's addresses with the hub's beside them."""

from django.urls import include, path

from chengan.city.site.urls import urlpatterns as product

urlpatterns = [
    path("hub/", include("chengan.city.hub.urls")),
    path("api/v1/", include("chengan.city.hub.api_urls")),
    *product,
]
