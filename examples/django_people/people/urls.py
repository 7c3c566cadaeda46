"""The addresses of the pages."""

from django.urls import path

from people import views

urlpatterns = [
    path("people/", views.people),
    path("people/<int:pk>/", views.person),
]
